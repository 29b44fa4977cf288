export function ConfigScreen() {
  return null;
}
