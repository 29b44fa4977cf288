import { Component, type ReactNode } from 'react';
import { type ShownFailure, toFailure } from '../client/failure.ts';

export interface ErrorBoundaryProps {
  readonly children: ReactNode;
  /** What stands in the place of the children after one of them threw. */
  readonly fallback: (failure: ShownFailure, retry: () => void) => ReactNode;
}

/** Keeps what a component throws from taking the whole window with it. React has boundaries as classes only. */
export class ErrorBoundary extends Component<ErrorBoundaryProps, { readonly failure: ShownFailure | null }> {
  override state = { failure: null };

  static getDerivedStateFromError(error: unknown) {
    return { failure: toFailure(error) };
  }

  override render(): ReactNode {
    const { failure } = this.state;
    if (failure === null) return this.props.children;
    return this.props.fallback(failure, () => this.setState({ failure: null }));
  }
}
