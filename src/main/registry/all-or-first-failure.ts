/** Waits for all; when one fails, aborts the others, waits for them to stop, and throws the first failure. */
export async function allOrFirstFailure<T>(
  work: readonly Promise<T>[],
  failure: AbortController,
): Promise<readonly T[]> {
  let first: { readonly error: unknown } | undefined;
  const settled = await Promise.all(
    work.map((item) =>
      item.catch((error: unknown) => {
        first ??= { error };
        failure.abort();
        return undefined;
      }),
    ),
  );
  if (first !== undefined) throw first.error;
  return settled as readonly T[];
}
