import { create } from 'zustand';
import type { FileDialog } from '../../shared/contract/bridge.ts';
import type { Draft } from '../../shared/contract/documents.ts';
import type { SourceDescription } from '../../shared/contract/sources.ts';
import { shell } from '../client/transport.ts';

/** Questions that the window asks; whoever asks waits for the answer. */
export type Prompt = { readonly id: number } & (
  | { readonly type: 'unsaved'; readonly title: string; readonly answer: (answer: UnsavedAnswer) => void }
  | { readonly type: 'trust'; readonly source: SourceDescription; readonly answer: (trust: boolean) => void }
  | ({ readonly type: 'confirm'; readonly answer: (go: boolean) => void } & Confirmation)
  | { readonly type: 'recover'; readonly draft: Draft; readonly answer: (recover: boolean) => void }
  | {
      readonly type: 'file';
      readonly mode: 'open' | 'save';
      readonly request: FileDialog;
      readonly answer: (path: string | null) => void;
    }
);

/** Something that cannot be taken back, to be agreed to. */
interface Confirmation {
  readonly title: string;
  /** What it is about: a path, or a name. */
  readonly subject: string;
  readonly text: string;
  /** What the buttons say. */
  readonly stay: string;
  readonly go: string;
}

type UnsavedAnswer = 'save' | 'discard' | 'cancel';

export const usePrompts = create<{ readonly prompts: readonly Prompt[] }>(() => ({ prompts: [] }));

type Answer<Type extends Prompt['type']> = Parameters<Extract<Prompt, { type: Type }>['answer']>[0];

let nextId = 1;

/** Asks, and resolves with the answer. */
export function ask<Type extends Prompt['type']>(
  prompt: Omit<Extract<Prompt, { type: Type }>, 'answer' | 'id'> & { type: Type },
): Promise<Answer<Type>> {
  return new Promise((resolve) => {
    const asked = {
      ...prompt,
      id: nextId++,
      answer: (answer: Answer<Type>) => {
        usePrompts.setState(({ prompts }) => ({ prompts: prompts.filter((other) => other !== asked) }));
        resolve(answer);
      },
    } as unknown as Prompt;
    usePrompts.setState(({ prompts }) => ({ prompts: [...prompts, asked] }));
  });
}

/** Asks whether a file may be replaced by a whole new one. */
export function confirmReplace(path: string): Promise<boolean> {
  return ask({
    type: 'confirm',
    title: 'Replace what is there?',
    subject: path,
    text: 'There is something of that name already. It is replaced only when the new image is whole.',
    stay: 'Keep it',
    go: 'Replace it',
  });
}

/** Lets the user choose a file: in the dialog of the operating system where there is one, else in our own. */
export function chooseFile(mode: 'open' | 'save', request: FileDialog): Promise<string | null> {
  if (shell) return mode === 'open' ? shell.openDialog(request) : shell.saveDialog(request);
  return ask({ type: 'file', mode, request });
}
