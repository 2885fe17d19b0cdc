import { AwsFailure } from './aws-failure.ts';
import type { Cloud } from './cloud.ts';
import { type JsonObject, text, texts } from './json.ts';

/** DescribeScalableTargets of Application Auto Scaling. */
export function describeScalableTargets(cloud: Cloud, input: JsonObject): JsonObject {
  const namespace = text(input.ServiceNamespace);
  if (namespace === undefined) {
    throw new AwsFailure(
      'ValidationException',
      "1 validation error detected: Value null at 'serviceNamespace' failed to satisfy constraint: Member must not be null",
    );
  }
  const ids = texts(input.ResourceIds);
  const dimension = text(input.ScalableDimension);
  return {
    ScalableTargets: cloud.scalableTargets
      .filter((target) => target.ServiceNamespace === namespace)
      .filter((target) => ids.length === 0 || ids.includes(String(target.ResourceId)))
      .filter((target) => dimension === undefined || target.ScalableDimension === dimension),
  };
}
