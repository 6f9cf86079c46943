/** The part of package-lock.json that is read and completed here. */
type LockFile = {
  packages: Record<
    string,
    { version?: string; dev?: boolean; optionalDependencies?: Record<string, string> }
  >;
};
/** Optional packages that the lock file's packages name and the lock file lacks. */
export function missingOptionals(lock: LockFile): { name: string; version: string; parent: object }[];
/** The lock file with those packages in it. @throws for a name or range it cannot read. */
export function completedLock(lock: LockFile): LockFile;
