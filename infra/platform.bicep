// What the apps stand on: registry, identity, vault, environment.
param location string
param tags object
param eventHubsNamespace string

@secure()
param s3AccessKeyId string

@secure()
param s3SecretAccessKey string

@secure()
param functionsKey string

var suffix = uniqueString(resourceGroup().id)

resource logs 'Microsoft.OperationalInsights/workspaces@2023-09-01' = {
  name: 'log-${suffix}'
  location: location
  tags: tags
  properties: {
    retentionInDays: 30
    sku: { name: 'PerGB2018' }
  }
}

resource environment 'Microsoft.App/managedEnvironments@2024-03-01' = {
  name: 'cae-${suffix}'
  location: location
  tags: tags
  properties: {
    appLogsConfiguration: {
      destination: 'log-analytics'
      logAnalyticsConfiguration: {
        customerId: logs.properties.customerId
        sharedKey: logs.listKeys().primarySharedKey
      }
    }
  }
}

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2023-01-31' = {
  name: 'id-digitfunctions-${suffix}'
  location: location
  tags: tags
}

resource registry 'Microsoft.ContainerRegistry/registries@2023-07-01' = {
  name: 'cr${suffix}'
  location: location
  tags: tags
  sku: { name: 'Basic' }
  properties: {
    adminUserEnabled: false
  }
}

resource vault 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: 'kv-${suffix}'
  location: location
  tags: tags
  properties: {
    tenantId: subscription().tenantId
    sku: { family: 'A', name: 'standard' }
    enableRbacAuthorization: true
  }
}

resource eventHubs 'Microsoft.EventHub/namespaces@2024-01-01' existing = {
  name: eventHubsNamespace

  resource listen 'authorizationRules' existing = {
    name: 'digitfunctions'
  }
}

resource s3AccessKeyIdSecret 'Microsoft.KeyVault/vaults/secrets@2023-07-01' = {
  parent: vault
  name: 's3-access-key-id'
  properties: { value: s3AccessKeyId }
}

resource s3SecretAccessKeySecret 'Microsoft.KeyVault/vaults/secrets@2023-07-01' = {
  parent: vault
  name: 's3-secret-access-key'
  properties: { value: s3SecretAccessKey }
}

resource functionsKeySecret 'Microsoft.KeyVault/vaults/secrets@2023-07-01' = {
  parent: vault
  name: 'functions-key'
  properties: { value: functionsKey }
}

// Event Hubs takes it as the password of the user $ConnectionString.
resource kafkaPasswordSecret 'Microsoft.KeyVault/vaults/secrets@2023-07-01' = {
  parent: vault
  name: 'kafka-password'
  properties: { value: eventHubs::listen.listKeys().primaryConnectionString }
}

var acrPull = '7f951dda-4ed3-4680-a7ca-43fe172d538d'
var keyVaultSecretsUser = '4633458b-17de-408a-b874-0445c86b69e6'

resource mayPull 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: registry
  name: guid(registry.id, identity.id, acrPull)
  properties: {
    principalId: identity.properties.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', acrPull)
  }
}

resource mayReadSecrets 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: vault
  name: guid(vault.id, identity.id, keyVaultSecretsUser)
  properties: {
    principalId: identity.properties.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', keyVaultSecretsUser)
  }
}

output environmentId string = environment.id
output registry string = registry.properties.loginServer

// With the roles, so that the apps are made when the identity may read and pull.
output identityId string = empty('${mayPull.id}${mayReadSecrets.id}') ? '' : identity.id

output secretUris object = {
  s3AccessKeyId: s3AccessKeyIdSecret.properties.secretUri
  s3SecretAccessKey: s3SecretAccessKeySecret.properties.secretUri
  functionsKey: functionsKeySecret.properties.secretUri
  kafkaPassword: kafkaPasswordSecret.properties.secretUri
}
