import { useId } from 'react';

/** The mark of the app: five strata. */
export function Mark({ size = 20 }: { readonly size?: number }) {
  const clip = useId();
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden="true">
      <clipPath id={clip}>
        <rect x="2" y="2" width="28" height="28" rx="7" />
      </clipPath>
      <g clipPath={`url(#${clip})`}>
        <path fill="#0c3f58" d="M0 0h32v13c-6-3-11 2-17 1S6 10 0 12z" />
        <path fill="#15616d" d="M0 10.500c6-2 9 1 15 2s11-4 17-1v7c-6-2-11 2-17 1S5 16 0 18z" />
        <path fill="#5f9a8c" d="M0 17c5-2 9 1 15 2s11-3 17-1v5c-6-2-11 1-17 0S5 21 0 23z" />
        <path fill="#d9ae6c" d="M0 22c5-2 9 1 15 1.500s11-2 17-.5v5c-6-1-11 .5-17 0S5 26 0 27z" />
        <path fill="#ecd9a4" d="M0 26.500c5-1 9 .5 15 1s11-1 17 0V32H0z" />
      </g>
    </svg>
  );
}
