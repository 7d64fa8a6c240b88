import type { AreaName, Contract, InputOf, OutputOf, ReplyOf } from '../../domain/contract/contract.ts';
import type { Procedure } from '../../domain/contract/procedure.ts';
import type { RollkeepBridge } from '../../preload/bridge.ts';

/** The main process as the window sees it: `api.students.card({ student })`. */
export const api: RollkeepBridge = window.rollkeep;

type Named<A extends AreaName, P extends keyof Contract[A]> = Extract<Contract[A][P], Procedure>;

/** Names of an area's procedures of one kind. */
export type NameOf<A extends AreaName, Kind extends Procedure['kind']> = {
  [P in keyof Contract[A]]: Contract[A][P] extends { readonly kind: Kind } ? P : never;
}[keyof Contract[A]] &
  string;
export type Input<A extends AreaName, P extends keyof Contract[A]> = InputOf<Named<A, P>>;
export type Output<A extends AreaName, P extends keyof Contract[A]> = OutputOf<Named<A, P>>;
export type Reply<A extends AreaName, P extends keyof Contract[A]> = ReplyOf<Named<A, P>>;
export type CallError<A extends AreaName, P extends keyof Contract[A]> = Extract<
  Reply<A, P>,
  { readonly ok: false }
>['error'];
