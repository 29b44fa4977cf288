/** What the image of a document can be written for, where Nix alone is to make it. */
export const NIX_EXPRESSIONS = ['dockerTools', 'nix2container'] as const;
export type NixExpressionKind = (typeof NIX_EXPRESSIONS)[number];
