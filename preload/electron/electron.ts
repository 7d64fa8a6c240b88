import { contextBridge, ipcRenderer } from 'electron';
import { buildBridge } from '../bridge.ts';

/** The preload of Electron's window: sandboxed, in its own isolated world. Its other end is `main/window/electron.ts`. */
contextBridge.exposeInMainWorld(
  'rollkeep',
  buildBridge({
    call: (area, procedure, input) => ipcRenderer.invoke('rollkeep:call', { area, procedure, input }),
    onEvent(listener) {
      const receive = (_: unknown, event: unknown): void => {
        listener(event);
      };
      ipcRenderer.on('rollkeep:event', receive);
      return () => {
        ipcRenderer.off('rollkeep:event', receive);
      };
    },
  }),
);
