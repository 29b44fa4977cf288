import { create } from 'zustand';
import { accessTo } from '../../registry/registry-state.ts';
import { host } from '../../state/host.ts';
import { followJob } from '../../state/jobs.ts';

/** The image that is looked into, kept while the reader looks at another screen. */
export interface OpenState {
  readonly location: string;
  readonly jobId: string | null;
  readonly view: 'files' | 'waste' | 'config';
  /** null: the whole image. */
  readonly layer: number | null;
}

export const useOpened = create<OpenState>(() => ({
  location: '',
  jobId: null,
  view: 'files',
  layer: null,
}));

export async function openLocation(): Promise<void> {
  const location = useOpened.getState().location.trim();
  const { jobId } = await host().opened.start({ location, access: accessTo(location) });
  followJob(jobId);
  useOpened.setState({ jobId, layer: null });
}
