import { describe, expect, test } from 'vitest';
import { withChanges } from '../../src/shared/contract/job-events.ts';
import {
  JOB_KINDS,
  type JobDetail,
  jobChangeSchema,
  jobDetailSchema,
} from '../../src/shared/contract/job-kinds.ts';

const layer = (index: number, doneBytes: number) => ({
  index,
  title: `layer ${index}`,
  state: 'packing' as const,
  doneBytes,
  totalBytes: 10,
});

describe('the detail of a job', () => {
  test.each(Object.entries(JOB_KINDS))(
    'of kind %s passes the contract, empty and unchanged',
    (kind, { empty }) => {
      expect(jobDetailSchema.parse({ kind, ...empty })).toEqual({ kind, ...empty });
      expect(jobChangeSchema.parse({ kind })).toEqual({ kind });
    },
  );

  test('of a kind that is none, or of another kind, does not', () => {
    expect(jobDetailSchema.safeParse({ kind: 'none' }).success).toBe(false);
    expect(jobDetailSchema.safeParse({ kind: 'build', ...JOB_KINDS.push.empty }).success).toBe(false);
    expect(jobChangeSchema.safeParse({ kind: 'catalog', entries: 'many' }).success).toBe(false);
  });
});

describe('changes', () => {
  const empty: JobDetail<'image'> = { kind: 'image', ...JOB_KINDS.image.empty };

  test('replace entries of lists where they are, add new ones at the end, and leave the rest', () => {
    const before = withChanges(empty, [
      { kind: 'image', layers: [layer(2, 0), layer(0, 0)], writtenBytes: 5 },
    ]);
    const after = withChanges(before, [{ kind: 'image', layers: [layer(2, 7), layer(1, 1)] }]);
    expect(after).toEqual({ ...empty, layers: [layer(2, 7), layer(0, 0), layer(1, 1)], writtenBytes: 5 });
  });

  test('come to the same one by one and gathered', () => {
    const changes = [
      { kind: 'image' as const, layers: [layer(0, 1), layer(1, 1)] },
      { kind: 'image' as const, layers: [layer(1, 2)], writtenBytes: 3 },
      { kind: 'image' as const, writtenBytes: 4 },
    ];
    const [first = { kind: 'image' as const }, ...others] = changes;
    const oneByOne = changes.reduce((detail, change) => withChanges(detail, [change]), empty);
    expect(withChanges(empty, [withChanges(first, others)])).toEqual(oneByOne);
  });
});
