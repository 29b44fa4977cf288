export function PickScreen() {
  return null;
}
