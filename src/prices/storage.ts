/** What it costs to keep bytes on volumes. Modal bills a daily snapshot of all volumes of a workspace together. */

/** Dollars for a GiB and month, of Modal's price list; used when the workspace's own rate cannot be asked. */
export const listedStorageRate = 0.09;
/** Modal's own key for it among its rates. */
export const storageRateKey = 'volume_storage_gib_month_cost';

/** GiB of a workspace that are not billed. */
export const freeGiB = 1024;

const gib = 2 ** 30;

/** Dollars a month for so many bytes at the full rate, as if the free part were used up by others. */
export const storagePrice = (bytes: number, rate: number = listedStorageRate): number => (bytes / gib) * rate;

/** Dollars a month for everything that a workspace stores, the free part taken off. */
export const storageBill = (bytes: number, rate: number = listedStorageRate): number => Math.max(0, bytes / gib - freeGiB) * rate;
