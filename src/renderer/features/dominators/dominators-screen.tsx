export function DominatorsScreen() {
  return null;
}
