/** The name at the end of an ARN (`web:42`, a task's id, a service); a name alone is given back as it is. */
export function nameIn(arn: string): string {
  return arn.slice(arn.lastIndexOf('/') + 1);
}
