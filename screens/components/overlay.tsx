/** What may take the place of a screen's middle: help and questions. The screen below keeps its state. */
import { createContext, type ReactNode, useContext } from 'react';

export type Overlay = (body: { readonly columns: number; readonly height: number }) => ReactNode;

const Context = createContext<Overlay | undefined>(undefined);

export const OverlayProvider = Context.Provider;
export const useOverlay = (): Overlay | undefined => useContext(Context);
