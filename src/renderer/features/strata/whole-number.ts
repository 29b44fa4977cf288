/** The digits of what was typed as a number; undefined where there are none. */
export function wholeNumber(text: string): number | undefined {
  const digits = text.replaceAll(/[^0-9]/g, '');
  return digits === '' ? undefined : Number(digits);
}
