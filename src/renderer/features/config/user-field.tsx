import { keepPreviousData, skipToken } from '@tanstack/react-query';
import type { Contents } from '../../../shared/contract/contents.ts';
import { rootDocumentOf } from '../../../shared/document.ts';
import { useClosure } from '../../state/closure/store.ts';
import { refOf } from '../../state/document/actions.ts';
import { useOpen } from '../../state/document/store.ts';
import { questions, useAnswer } from '../../state/questions.ts';
import { CHECKS } from './config-checks.ts';
import { ConfigText } from './config-fields.tsx';

/** As whom a container runs, held against the accounts that the image has, as far as they are known. */
export function UserField() {
  const open = useOpen();
  const document = open.history.present;
  const build = useClosure((state) => state.build);
  const { value } = useAnswer(
    questions().builds.contents.queryOptions({
      input:
        build === null
          ? skipToken
          : { ref: refOf(open), build: build.build, document: rootDocumentOf(document) },
      placeholderData: keepPreviousData,
    }),
  );
  return (
    <ConfigText
      field="User"
      label="User"
      placeholder="root"
      hint="A name or number, with :group if you like."
      check={CHECKS.argument}
      refusal={value && refusalOf(document.config.User, value)}
    />
  );
}

/** Why an image with these accounts refuses a user; null where it does not. */
export function refusalOf(
  user: string | undefined,
  { users, groups }: Pick<Contents, 'users' | 'groups'>,
): string | null {
  if (user === undefined || user === '') return null;
  const [name = '', group] = user.split(':', 2);
  return missing('user', name, users) ?? (group === undefined ? null : missing('group', group, groups));
}

function missing(kind: string, name: string, known: readonly { readonly name: string }[]): string | null {
  if (/^\d+$/.test(name) || known.some((account) => account.name === name)) return null;
  const names = known.map((account) => account.name).join(', ');
  return `The image has no ${kind} named “${name}”: it has ${names}. Add it under Contents, or use a number.`;
}
