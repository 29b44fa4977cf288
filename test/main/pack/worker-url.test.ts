import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { layerWorkerUrl } from '../../../src/main/pack/worker-url.ts';

describe('the program of the layer workers', () => {
  it('is beside its source when running from source', () => {
    expect(existsSync(layerWorkerUrl())).toBe(true);
  });

  it('is an entry beside the bundle, also when the caller is in a chunk', () => {
    expect(layerWorkerUrl('file:///app/out/main/cli.js').href).toBe('file:///app/out/main/layer-worker.js');
    expect(layerWorkerUrl('file:///app/out/main/chunks/image-1a2b.js').href).toBe(
      'file:///app/out/main/layer-worker.js',
    );
  });

  it('is outside of the archive of an installed app', () => {
    expect(layerWorkerUrl('file:///opt/Strata/resources/app.asar/out/main/chunks/image-1a2b.js').href).toBe(
      'file:///opt/Strata/resources/out/main/layer-worker.js',
    );
  });
});
