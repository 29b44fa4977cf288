export function GraphScreen() {
  return null;
}
