const privileged = 1_024
const offset = 64_512

/**
 * Where a proxy without rights binds a listener's port inside its pod; the Service leads from one to the other. Ports below
 * 1024 move to the top of the range, the others stay.
 */
export function podPort(port: number): number {
  return port < privileged ? offset + port : port
}

/** Whether a listener can have this port in a pod: those from 64512 up belong to listeners below 1024. */
export function fitsPod(port: number): boolean {
  return port < offset
}
