// Written by scripts/generate-envoy.ts from the descriptors that Envoy carries; not by hand.

export interface UriTemplateRewriteConfig {
  readonly path_template_rewrite?: string
}
