/** Names in the folder that an Envoy and its control plane share. */
export const envoySockets = { controlPlane: 'control-plane.sock', admin: 'admin.sock' } as const
