/** What it costs to keep bytes on volumes. Modal bills a daily snapshot of all volumes of a workspace together. */

/** As configs/prices.yaml has them, or the workspace's own rate. */
export type StorageRates = {
  /** Dollars for a GiB and month. */
  readonly gibMonth: number;
  /** GiB of a workspace that are not billed. */
  readonly freeGiB: number;
};

/** Modal's own key for it among its rates. */
export const storageRateKey = 'volume_storage_gib_month_cost';

const gib = 2 ** 30;

/** Dollars a month for so many bytes at the full rate, as if the free part were used up by others. */
export const storagePrice = (bytes: number, { gibMonth }: Pick<StorageRates, 'gibMonth'>): number => (bytes / gib) * gibMonth;

/** Dollars a month for everything that a workspace stores, the free part taken off. */
export const storageBill = (bytes: number, { gibMonth, freeGiB }: StorageRates): number => Math.max(0, bytes / gib - freeGiB) * gibMonth;
