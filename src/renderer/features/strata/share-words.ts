/** How widely something is shared, in words; the same steps as the legend. */
export function shareInWords(share: number): string {
  if (share < 0.15) return 'hardly shared with other images';
  if (share < 0.4) return 'shared with some images';
  if (share < 0.7) return 'shared with many images';
  return 'shared with most images';
}
