import { create } from 'zustand';
import { accessTo } from '../../registry/registry-state.ts';
import { refOf } from '../../state/document/actions.ts';
import { useDocument } from '../../state/document/store.ts';
import { host } from '../../state/host.ts';
import { followJob } from '../../state/jobs.ts';
import { takeKnown } from '../../state/known.ts';

/** The location that is being written, kept while the panel is closed. */
export const useKnownForm = create<{ readonly location: string }>(() => ({ location: '' }));

/** Reads what is at a location, and adds it to the images that the open document is planned with. */
export async function addKnown(location: string): Promise<void> {
  const { open } = useDocument.getState();
  if (open === null) return;
  const { system } = open.history.present;
  const { jobId } = await host().known.add({
    ref: refOf(open),
    location,
    access: accessTo(location),
    ...(system === undefined ? {} : { system }),
  });
  followJob(jobId);
}

export async function removeKnown(location: string): Promise<void> {
  const { open } = useDocument.getState();
  if (open !== null) takeKnown(await host().known.remove({ ref: refOf(open), location }));
}
