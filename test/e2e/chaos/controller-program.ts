import path from 'node:path'

/** As it is published: a checkout's sources take five times as long to start. It lies where that of the pods does. */
export const controllerProgram = path.resolve(process.env.KUBECONFIG ?? '', '../../image/headgate.js')
