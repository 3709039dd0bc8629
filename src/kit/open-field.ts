const token = /^[!#$%&'*+\-.^_`|~0-9a-z]+$/
/** The gateway's own, or what says where a message ends. */
const own = /^(host|connection|content-length|transfer-encoding|te|trailer|upgrade|keep-alive|x-forwarded-.*)$/

/** Whether a policy may have a field of this name (lower case) written to requests. */
export function isOpenField(name: string): boolean {
  return token.test(name) && !own.test(name)
}
