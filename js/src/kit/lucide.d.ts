// The package declares its icons only all together, and that module imports two thousand files.
declare module "lucide/dist/esm/icons/*" {
  const node: [tag: string, attributes: Record<string, string | number | undefined>][];
  export default node;
}
