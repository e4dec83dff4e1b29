/**
 * Settles when all loops have ended and all is closed. Where one can't go on the others must not,
 * either: half of it would watch, or decide, alone.
 */
export async function endTogether(
  loops: readonly Promise<void>[],
  how: { readonly stop: (error: unknown) => void; readonly close: () => Promise<void> },
): Promise<void> {
  try {
    await Promise.all(loops);
  } catch (error) {
    how.stop(error);
    await Promise.allSettled(loops);
    throw error;
  } finally {
    await how.close();
  }
}
