/** Every key and paste, normalised, to one listener. Call it once, at the root. */
import { useInput } from 'ink';
import { useState } from 'react';
import { createInputReader, type InputEvent } from './keys.ts';

export const useTerminalInput = (onInput: (event: InputEvent) => void): void => {
  const [read] = useState(createInputReader);
  useInput((input, key) => {
    for (const event of read(input, key)) onInput(event);
  });
};
