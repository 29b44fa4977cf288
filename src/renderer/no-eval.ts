import { z } from 'zod';

/** zod compiles schemas with `new Function` where it may; the content security policy refuses it, loudly. */
z.config({ jitless: true });
