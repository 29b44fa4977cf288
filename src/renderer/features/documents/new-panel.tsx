import { FilePlus2 } from 'lucide-react';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { newDocument } from '../../state/document/actions.ts';
import { showPanel } from '../../state/ui.ts';
import { PresetList } from './preset-list.tsx';

/** What a new image begins with. */
export function NewPanel() {
  const close = () => showPanel(null);
  return (
    <Dialog
      open
      size="l"
      title="New image"
      description="Each builds and runs as it is, and is a document like any other: change what you like."
      onClose={close}
      actions={
        <Button
          icon={FilePlus2}
          onClick={() => {
            close();
            void newDocument();
          }}
        >
          Begin with nothing
        </Button>
      }
    >
      <PresetList onChoose={close} />
    </Dialog>
  );
}
