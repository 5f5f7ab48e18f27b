/** Everything that is written here is its owner's alone. */
export const fileMode = 0o600;
export const folderMode = 0o700;
