let probe: HTMLElement | undefined;

/** The colour that a token stands for in the theme as it is, for a canvas, which knows no tokens. */
export function cssColour(token: string): string {
  if (probe === undefined) {
    probe = document.createElement('span');
    probe.hidden = true;
    document.body.append(probe);
  }
  probe.style.color = `var(${token})`;
  return getComputedStyle(probe).color;
}
