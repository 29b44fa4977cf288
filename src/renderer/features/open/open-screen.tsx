import { PackageOpen } from 'lucide-react';
import { EmptyState } from '../../components/empty-state.tsx';
import { ImageTask } from '../../locations/image-task.tsx';
import { LocationInput } from '../../locations/location-input.tsx';
import styles from './open-screen.module.css';
import { openLocation, useOpened } from './open-state.ts';
import { OpenedView } from './opened-view.tsx';

/** Look into an image of any builder. */
export function OpenScreen() {
  const { location, jobId } = useOpened();
  return (
    <ImageTask
      label="Image to open"
      fields={
        <div className={styles.location}>
          <LocationInput
            label="Image"
            value={location}
            onChange={(value) => useOpened.setState({ location: value })}
          />
        </div>
      }
      submit={{ title: 'Open', icon: PackageOpen, ready: location.trim() !== '' }}
      start={openLocation}
      jobId={jobId}
      resultOf={({ detail }) => (detail.kind === 'open' ? detail.result : null)}
      failedTitle="The image could not be opened"
      progressLabel="Reading the image"
      refused={() => location.trim()}
      empty={
        <EmptyState title="Open any image">
          An OCI or docker archive, an image directory, or a registry reference: its layers, history, files,
          store paths and wasted bytes, whoever built it. Nothing is unpacked.
        </EmptyState>
      }
    >
      {(image) => <OpenedView image={image} />}
    </ImageTask>
  );
}
