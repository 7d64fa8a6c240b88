import { toStoreError, type Connection } from './open-database.ts';

interface Job {
  readonly run: () => void;
  readonly fail: (cause: unknown) => void;
  /** Called when the commit is on the disk. */
  readonly settle: () => void;
}

/**
 * Runs short jobs on one connection, all that wait in one transaction: a hundred requests that come together wait for one flush of the disk,
 * not for a hundred. A job that throws undoes its own work only.
 */
export class GroupCommit {
  readonly #connection: Connection;
  #waiting: Job[] = [];
  #isPlanned = false;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** Runs the job, and resolves with what it gives when that is on the disk. */
  run<T>(job: (connection: Connection) => T): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    let value: { readonly of: T } | undefined;
    let failure: { readonly cause: unknown } | undefined;
    this.#waiting.push({
      run: () => {
        value = { of: job(this.#connection) };
      },
      fail: (cause) => {
        failure ??= { cause };
      },
      settle: () => {
        if (failure !== undefined) reject(toStoreError(failure.cause));
        else if (value !== undefined) resolve(value.of);
      },
    });
    if (!this.#isPlanned) {
      this.#isPlanned = true;
      setImmediate(() => this.#flush());
    }
    return promise;
  }

  #flush(): void {
    const jobs = this.#waiting;
    this.#waiting = [];
    this.#isPlanned = false;
    const connection = this.#connection;
    try {
      connection.exec('BEGIN IMMEDIATE');
      for (const job of jobs) {
        connection.exec('SAVEPOINT job');
        try {
          job.run();
        } catch (cause) {
          // SQLite has undone everything by itself where the disk was full: then the others have failed too.
          if (!connection.inTransaction) throw cause;
          connection.exec('ROLLBACK TO job');
          job.fail(cause);
        }
        connection.exec('RELEASE job');
      }
      connection.exec('COMMIT');
    } catch (cause) {
      if (connection.inTransaction) connection.exec('ROLLBACK');
      for (const job of jobs) job.fail(cause);
    }
    for (const job of jobs) job.settle();
  }
}
