// The two halves of one image, as in deploy/k8s/base: settings, scaling, probes and keys are the same.
param location string
param tags object
param consumerImage string
param httpImage string
param s3ServiceUrl string
param s3Region string
param sourceBucket string
param targetBucket string
param topic string
param partitions int
param brokers string
param environmentId string
param identityId string
param registry string
param secretUris object

var group = 'digitfunctions'

var settings = [
  { name: 'KafkaBrokers', value: brokers }
  { name: 'KafkaTopic', value: topic }
  { name: 'KafkaConsumerGroup', value: group }
  { name: 'KafkaProtocol', value: 'SaslSsl' }
  { name: 'KafkaAuthenticationMode', value: 'Plain' }
  { name: 'KafkaUsername', value: '$ConnectionString' }
  { name: 'KafkaPassword', secretRef: 'kafka-password' }
  { name: 'S3__ServiceUrl', value: s3ServiceUrl }
  { name: 'S3__Region', value: s3Region }
  { name: 'S3__ForcePathStyle', value: 'true' }
  { name: 'AWS_ACCESS_KEY_ID', secretRef: 's3-access-key-id' }
  { name: 'AWS_SECRET_ACCESS_KEY', secretRef: 's3-secret-access-key' }
  { name: 'Sorting__SourceBuckets__0', value: sourceBucket }
  { name: 'Sorting__TargetBucket', value: targetBucket }
  { name: 'Prediction__Mode', value: 'Onnx' }
  { name: 'AzureWebJobsSecretStorageType', value: 'kubernetes' }
  { name: 'FUNCTIONS_ENABLE_DRAIN_ON_APP_STOPPING', value: 'true' }
]

var consumerFunctions = ['ClassifyFromKafka', 'Health']
var httpFunctions = ['ClassifyFromHttp', 'WebhookHandshake', 'PredictFromEvent', 'ModelReady', 'Health', 'ShowPage', 'ShowPictures', 'DecidePicture', 'ReplayDeadLetters', 'Reconcile', 'Explain']

var keyFiles = [
  'host.master'
  'host.function.default'
  'functions.classifyfromhttp.default'
  'functions.decidepicture.default'
  'functions.predictfromevent.default'
  'functions.reconcile.default'
  'functions.explain.default'
  'functions.replaydeadletters.default'
  'functions.showpictures.default'
  'functions.webhookhandshake.default'
]

// The user's name is none, but a scale rule's authentication takes secrets only.
var secrets = [
  { name: 'kafka-username', value: '$ConnectionString' }
  { name: 'kafka-password', keyVaultUrl: secretUris.kafkaPassword, identity: identityId }
  { name: 's3-access-key-id', keyVaultUrl: secretUris.s3AccessKeyId, identity: identityId }
  { name: 's3-secret-access-key', keyVaultUrl: secretUris.s3SecretAccessKey, identity: identityId }
  { name: 'functions-key', keyVaultUrl: secretUris.functionsKey, identity: identityId }
]

// The host's keys, one file each, as it looks for them; all are the one key.
var volumes = [
  {
    name: 'keys'
    storageType: 'Secret'
    secrets: map(keyFiles, file => { secretRef: 'functions-key', path: file })
  }
]
var volumeMounts = [{ volumeName: 'keys', mountPath: '/run/secrets/functions-keys' }]

// Health tells whether buckets, predictor, model and, of a consumer, Kafka can be used; alive is a host that answers at all. Not asked of the image that stands in
// until azd has pushed ours.
var probes = [
  { type: 'Startup', httpGet: { path: '/', port: 8080 }, periodSeconds: 3, failureThreshold: 40 }
  { type: 'Readiness', httpGet: { path: '/api/health', port: 8080 }, periodSeconds: 10, timeoutSeconds: 10 }
  { type: 'Liveness', httpGet: { path: '/', port: 8080 }, periodSeconds: 20, timeoutSeconds: 5 }
]

resource consumer 'Microsoft.App/containerApps@2024-03-01' = {
  name: 'digitfunctions-consumer'
  location: location
  tags: union(tags, { 'azd-service-name': 'consumer' })
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: { '${identityId}': {} }
  }
  properties: {
    environmentId: environmentId
    configuration: {
      activeRevisionsMode: 'Single'
      registries: [{ server: registry, identity: identityId }]
      secrets: secrets
    }
    template: {
      terminationGracePeriodSeconds: 300
      containers: [
        {
          name: 'functions'
          image: consumerImage
          resources: { cpu: json('1.0'), memory: '2Gi' }
          env: concat(settings, map(consumerFunctions, (name, i) => { name: 'AzureFunctionsJobHost__functions__${i}', value: name }))
          probes: startsWith(consumerImage, registry) ? probes : []
          volumeMounts: volumeMounts
        }
      ]
      volumes: volumes
      scale: {
        minReplicas: 0
        maxReplicas: partitions
        rules: [
          {
            name: 'kafka'
            custom: {
              type: 'kafka'
              metadata: {
                bootstrapServers: brokers
                consumerGroup: group
                topic: topic
                lagThreshold: '512'
                activationLagThreshold: '0'
                offsetResetPolicy: 'earliest'
                scaleToZeroOnInvalidOffset: 'false'
                allowIdleConsumers: 'false'
                version: '2.8.0'
                tls: 'enable'
                sasl: 'plaintext'
              }
              auth: [
                { triggerParameter: 'username', secretRef: 'kafka-username' }
                { triggerParameter: 'password', secretRef: 'kafka-password' }
              ]
            }
          }
          {
            // A consumer now and then, so that an idle group's offsets are not forgotten: deploy/k8s/components/keep-offsets.
            name: 'keep-offsets'
            custom: {
              type: 'cron'
              metadata: { timezone: 'Etc/UTC', start: '0 4 * * 1,4', end: '15 4 * * 1,4', desiredReplicas: '1' }
            }
          }
        ]
      }
    }
  }
}

resource http 'Microsoft.App/containerApps@2024-03-01' = {
  name: 'digitfunctions-http'
  location: location
  tags: union(tags, { 'azd-service-name': 'http' })
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: { '${identityId}': {} }
  }
  properties: {
    environmentId: environmentId
    configuration: {
      activeRevisionsMode: 'Single'
      ingress: {
        external: true
        targetPort: 8080
        transport: 'http'
      }
      registries: [{ server: registry, identity: identityId }]
      secrets: secrets
    }
    template: {
      terminationGracePeriodSeconds: 300
      containers: [
        {
          name: 'functions'
          image: httpImage
          resources: { cpu: json('1.0'), memory: '2Gi' }
          env: concat(settings, map(httpFunctions, (name, i) => { name: 'AzureFunctionsJobHost__functions__${i}', value: name }))
          probes: startsWith(httpImage, registry) ? probes : []
          volumeMounts: volumeMounts
        }
      ]
      volumes: volumes
      scale: {
        minReplicas: 2
        maxReplicas: 10
        rules: [{ name: 'requests', http: { metadata: { concurrentRequests: '20' } } }]
      }
    }
  }
}

output httpUrl string = 'https://${http.properties.configuration.ingress.fqdn}'
