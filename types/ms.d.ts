/** `ms` ships no types through its exports map, which silently turns every Temporal Duration into `any`. */
declare module 'ms' {
  type Unit =
    | 'ms'
    | 's'
    | 'm'
    | 'h'
    | 'd'
    | 'w'
    | 'y'
    | ' seconds'
    | ' minutes'
    | ' hours'
    | ' days'
    | ' second'
    | ' minute'
    | ' hour'
    | ' day';
  export type StringValue = `${number}${Unit}` | `${number}`;
  export default function ms(value: StringValue): number;
}
