/** Loaded into a host's process: it raises, when told to, what nothing there awaits. */
process.on('SIGUSR2', () => {
  void Promise.reject(new Error('planted rejection https://me:PLANTED@registry.example/'));
  setImmediate(() => {
    throw new Error('planted exception');
  });
});
