/** Pure: what to do where `pulumi` has said that it does not know where the state is; else nothing. */
export function backendAdvice(said: string): string | undefined {
  if (!said.includes("PULUMI_ACCESS_TOKEN must be set")) return undefined;
  return (
    "That is: where the state is kept is not said. Set PULUMI_BACKEND_URL (a folder: file:///…?metadata=skip, a bucket: " +
    "s3://…), or log in once by 'pulumi login <url>'; docs/state.md has the choices."
  );
}
