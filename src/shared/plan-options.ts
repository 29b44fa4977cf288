import type { PlanOptions } from '../engine/strategies/index.ts';
import type { Layering } from './document.ts';

/** What a document's layering tells the planning strategies; each takes what it knows. Host and window plan alike. */
export function planOptions(layering: Layering): Omit<PlanOptions, 'popularity'> {
  const { closureSizeThreshold, popularityThreshold, minLayerBytes, pins, keepTogether, volatile } = layering;
  return {
    closureSizeThreshold,
    popularityThreshold,
    minLayerBytes,
    hints: { pins, keepTogether, volatile },
  };
}
