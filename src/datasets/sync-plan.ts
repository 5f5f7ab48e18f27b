/** How a dataset gets onto the volume: fetched there by a small container, or uploaded from this disk. */
export type SyncPlan =
  | {
      readonly how: 'cloud';
      readonly volume: string;
      /** The container: "0.5 cores · 1 GiB". */
      readonly container: string;
      readonly dollarsPerHour: number;
      readonly seconds: { readonly low: number; readonly likely: number; readonly high: number };
      /** Modal's own timer ends it after so many seconds. */
      readonly limitSeconds: number;
      /** One is under way already: joining it costs nothing more. */
      readonly underWay: boolean;
      /** Of recordings that stay in it the inventory is taken: "s3://BUCKET/PREFIX/". */
      readonly bucket?: string;
    }
  | {
      readonly how: 'upload';
      readonly volume: string;
      readonly bytes: number;
      /** Dollars a month to keep it, once the free part is used up. */
      readonly dollarsPerMonth: number;
    };
