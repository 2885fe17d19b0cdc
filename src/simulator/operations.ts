import {
  deregisterScalableTarget,
  describeScalableTargets,
  listTagsOfScalableTarget,
  registerScalableTarget,
  tagScalableTarget,
  untagScalableTarget,
} from './autoscaling.ts';
import type { Cloud } from './cloud.ts';
import { describeAlarms, putMetricAlarm, setAlarmState } from './cloudwatch.ts';
import { createCluster, describeClusters, listClusters } from './clusters.ts';
import {
  describeCapacityProviders,
  describeContainerInstances,
  listContainerInstances,
} from './container-instances.ts';
import { describeInstances, describeNetworkInterfaces, describeSubnets } from './ec2.ts';
import { batchGetImage, describeImages } from './ecr.ts';
import { deleteService, describeServices, listServices, updateService } from './ecs-services.ts';
import { describeTasks, listTasks, runTask, startTask, stopTaskCall } from './ecs-tasks.ts';
import {
  deregisterTargets,
  describeLoadBalancers,
  describeTargetGroupAttributes,
  describeTargetGroups,
  describeTargetHealth,
  modifyTargetGroup,
  modifyTargetGroupAttributes,
  registerTargets,
} from './elb.ts';
import { addTags, describeTags, removeTags } from './elb-tags.ts';
import { getRole } from './iam.ts';
import type { JsonObject } from './json.ts';
import {
  createRule,
  deleteRule,
  describeListeners,
  describeRules,
  modifyListener,
  modifyRule,
} from './listener-rules.ts';
import {
  createLogGroup,
  createLogStream,
  describeLogGroups,
  describeLogStreams,
  filterLogEvents,
  getLogEvents,
  putLogEvents,
} from './logs.ts';
import { getMetricData, putMetricData } from './metric-data.ts';
import type { Session } from './records.ts';
import { deleteScalingPolicy, describeScalingPolicies, putScalingPolicy } from './scaling-policies.ts';
import { createSchedule, deleteSchedule, getSchedule, listSchedules, updateSchedule } from './schedules.ts';
import { describeParameters, describeSecret } from './secrets.ts';
import { createService } from './service-creation.ts';
import {
  describeServiceDeployments,
  describeServiceRevisions,
  listServiceDeployments,
  stopServiceDeployment,
} from './service-deployments.ts';
import { assumeRole, assumeRoleWithWebIdentity, getCallerIdentity } from './sts.ts';
import { listTagsForResource, tagResource, untagResource } from './tags.ts';
import { createTargetGroup, deleteTargetGroup } from './target-group-creation.ts';
import {
  deleteTaskDefinitions,
  deregisterTaskDefinition,
  describeTaskDefinition,
  listTaskDefinitionFamilies,
  listTaskDefinitions,
  registerTaskDefinition,
} from './task-definitions.ts';

/** What an operation does with the cloud; dates in its answer are `Date`s, whatever the protocol makes of them. */
export type Operation = (cloud: Cloud, input: JsonObject, signer?: Session) => JsonObject;

/** All simulated operations, by service and name. */
export const operations: Readonly<Record<string, Readonly<Record<string, Operation>>>> = {
  ecs: {
    CreateCluster: createCluster,
    DescribeClusters: describeClusters,
    ListClusters: listClusters,
    RegisterTaskDefinition: registerTaskDefinition,
    DescribeTaskDefinition: describeTaskDefinition,
    ListTaskDefinitions: listTaskDefinitions,
    ListTaskDefinitionFamilies: listTaskDefinitionFamilies,
    DeregisterTaskDefinition: deregisterTaskDefinition,
    DeleteTaskDefinitions: deleteTaskDefinitions,
    RunTask: runTask,
    StartTask: startTask,
    StopTask: stopTaskCall,
    ListTasks: listTasks,
    DescribeTasks: describeTasks,
    CreateService: createService,
    UpdateService: updateService,
    DeleteService: deleteService,
    DescribeServices: describeServices,
    ListServices: listServices,
    ListServiceDeployments: listServiceDeployments,
    DescribeServiceDeployments: describeServiceDeployments,
    DescribeServiceRevisions: describeServiceRevisions,
    StopServiceDeployment: stopServiceDeployment,
    ListContainerInstances: listContainerInstances,
    DescribeContainerInstances: describeContainerInstances,
    DescribeCapacityProviders: describeCapacityProviders,
    TagResource: tagResource,
    UntagResource: untagResource,
    ListTagsForResource: listTagsForResource,
  },
  elbv2: {
    DescribeTargetGroups: describeTargetGroups,
    DescribeTargetGroupAttributes: describeTargetGroupAttributes,
    ModifyTargetGroupAttributes: modifyTargetGroupAttributes,
    ModifyTargetGroup: modifyTargetGroup,
    DescribeTargetHealth: describeTargetHealth,
    RegisterTargets: registerTargets,
    DeregisterTargets: deregisterTargets,
    DescribeLoadBalancers: describeLoadBalancers,
    DescribeListeners: describeListeners,
    DescribeRules: describeRules,
    CreateRule: createRule,
    ModifyRule: modifyRule,
    DeleteRule: deleteRule,
    ModifyListener: modifyListener,
    CreateTargetGroup: createTargetGroup,
    DeleteTargetGroup: deleteTargetGroup,
    AddTags: addTags,
    RemoveTags: removeTags,
    DescribeTags: describeTags,
  },
  ec2: {
    DescribeSubnets: describeSubnets,
    DescribeInstances: describeInstances,
    DescribeNetworkInterfaces: describeNetworkInterfaces,
  },
  cloudwatch: {
    DescribeAlarms: describeAlarms,
    SetAlarmState: setAlarmState,
    PutMetricAlarm: putMetricAlarm,
    GetMetricData: getMetricData,
    PutMetricData: putMetricData,
  },
  logs: {
    CreateLogGroup: createLogGroup,
    CreateLogStream: createLogStream,
    DescribeLogGroups: describeLogGroups,
    DescribeLogStreams: describeLogStreams,
    PutLogEvents: putLogEvents,
    GetLogEvents: getLogEvents,
    FilterLogEvents: filterLogEvents,
  },
  sts: {
    GetCallerIdentity: getCallerIdentity,
    AssumeRole: assumeRole,
    AssumeRoleWithWebIdentity: assumeRoleWithWebIdentity,
  },
  'application-autoscaling': {
    DescribeScalableTargets: describeScalableTargets,
    RegisterScalableTarget: registerScalableTarget,
    DeregisterScalableTarget: deregisterScalableTarget,
    PutScalingPolicy: putScalingPolicy,
    DescribeScalingPolicies: describeScalingPolicies,
    DeleteScalingPolicy: deleteScalingPolicy,
    TagResource: tagScalableTarget,
    UntagResource: untagScalableTarget,
    ListTagsForResource: listTagsOfScalableTarget,
  },
  scheduler: {
    CreateSchedule: createSchedule,
    UpdateSchedule: updateSchedule,
    GetSchedule: getSchedule,
    DeleteSchedule: deleteSchedule,
    ListSchedules: listSchedules,
  },
  ecr: { DescribeImages: describeImages, BatchGetImage: batchGetImage },
  iam: { GetRole: getRole },
  secretsmanager: { DescribeSecret: describeSecret },
  ssm: { DescribeParameters: describeParameters },
};
