/** Pages at Modal, and the person's browser. */
import { isModalHandle } from '../runs/journal-entry.ts';
import type { RunState } from '../runs/state.ts';

/** Modal's own short address of any object: `modal dashboard ID` opens the same. */
export const dashboardOf = (id: string): string => `https://modal.com/id/${id}`;

/** Undefined for a run of this machine, and before a run on Modal has an app. */
export const dashboard = ({ handle }: RunState): string | undefined =>
  handle !== undefined && isModalHandle(handle) ? dashboardOf(handle.app) : undefined;

/** Over SSH, or on Linux without a display, a browser would open for nobody, or as text over our screen. */
export const hasBrowser = (env: NodeJS.ProcessEnv): boolean => {
  if (env.SSH_CONNECTION || env.SSH_TTY) return false;
  return process.platform === 'darwin' || Boolean(env.DISPLAY || env.WAYLAND_DISPLAY || env.WSL_DISTRO_NAME);
};

const openers = (): readonly string[] => (process.platform === 'darwin' ? ['open'] : ['wslview', 'xdg-open']);

/** Opens an http(s) address in the person's browser; false when there is none, or when the address is something else. */
export const openInBrowser = async (url: string): Promise<boolean> => {
  if (!/^https?:\/\//.test(url) || !hasBrowser(process.env)) return false;
  const { execa } = await import('execa');
  for (const program of openers()) {
    const { exitCode } = await execa(program, [url], { reject: false, stdio: 'ignore', timeout: 5000 });
    if (exitCode === 0) return true;
  }
  return false;
};
