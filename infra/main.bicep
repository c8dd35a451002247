// DigitFunctions on Azure Container Apps: the consumer, scaled by KEDA from none to one a partition, and the HTTP functions; with Event Hubs as Kafka.
targetScope = 'subscription'

@description('The environment of azd; part of all names.')
@minLength(1)
@maxLength(32)
param environmentName string

@description('Where everything is made.')
param location string

@description('The images, as azd has pushed them; at the first time there are none yet.')
param consumerImage string
param httpImage string

@description('The S3 server, such as https://s3.eu-central-1.amazonaws.com; empty for AWS itself.')
param s3ServiceUrl string

@description('The region that S3 requests are signed for.')
param s3Region string

@description('The bucket that is sorted.')
param sourceBucket string

@description('Where pictures are filed.')
param targetBucket string

@secure()
param s3AccessKeyId string

@secure()
param s3SecretAccessKey string

@description('Opens every HTTP function. Take a long random one.')
@secure()
@minLength(32)
param functionsKey string

var tags = { 'azd-env-name': environmentName }

resource group 'Microsoft.Resources/resourceGroups@2024-03-01' = {
  name: 'rg-${environmentName}'
  location: location
  tags: tags
}

module kafka 'kafka.bicep' = {
  scope: group
  params: {
    location: location
    tags: tags
  }
}

module platform 'platform.bicep' = {
  scope: group
  params: {
    location: location
    tags: tags
    s3AccessKeyId: s3AccessKeyId
    s3SecretAccessKey: s3SecretAccessKey
    functionsKey: functionsKey
    eventHubsNamespace: kafka.outputs.namespaceName
  }
}

module apps 'apps.bicep' = {
  scope: group
  params: {
    location: location
    tags: tags
    consumerImage: consumerImage
    httpImage: httpImage
    s3ServiceUrl: s3ServiceUrl
    s3Region: s3Region
    sourceBucket: sourceBucket
    targetBucket: targetBucket
    topic: kafka.outputs.topic
    partitions: kafka.outputs.partitions
    brokers: kafka.outputs.brokers
    environmentId: platform.outputs.environmentId
    identityId: platform.outputs.identityId
    registry: platform.outputs.registry
    secretUris: platform.outputs.secretUris
  }
}

output AZURE_CONTAINER_REGISTRY_ENDPOINT string = platform.outputs.registry
output HTTP_URL string = apps.outputs.httpUrl
output KAFKA_BROKERS string = kafka.outputs.brokers
