import { cpSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { build } from 'vite';
import { stampBuild } from './build-stamp.ts';
import { mainConfig } from './vite.main.ts';
import { chromiumPreloadConfig, electronPreloadConfig } from './vite.preload.ts';
import { rendererConfig } from './vite.renderer.ts';

/** Builds the application into `out/app/`: the page, both preloads, the main process and its workers. */
export async function buildApp(root: string): Promise<void> {
  rmSync(join(root, 'out/app'), { recursive: true, force: true });
  await build(rendererConfig(root));
  await build(chromiumPreloadConfig(root));
  await build(electronPreloadConfig(root));
  await build(mainConfig(root));
  copyData(root);
  stampBuild(root);
}

/** What the main process reads at run time: the migrations beside its own files, the resources in their folder. */
function copyData(root: string): void {
  const notData = [join(root, 'resources/icons'), join(root, 'resources/tsconfig.json')];
  const isData = (path: string): boolean => !path.endsWith('.ts') && !notData.includes(path);
  cpSync(join(root, 'db/migrations'), join(root, 'out/app'), { recursive: true, filter: isData });
  cpSync(join(root, 'resources'), join(root, 'out/app/resources'), { recursive: true, filter: isData });
}

if (import.meta.main) await buildApp(resolve(import.meta.dirname, '..'));
