import fc from 'fast-check';

/** The same properties are tried each time, so that a change is what makes a test fail; another seed tries others. */
fc.configureGlobal({ seed: Number(process.env.STRATA_TEST_SEED ?? 1) });
