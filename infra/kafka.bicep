// Event Hubs, by its Kafka endpoint. The Basic tier has none.
param location string
param tags object

var topicName = 'mnist'
var partitionCount = 4

resource namespace 'Microsoft.EventHub/namespaces@2024-01-01' = {
  name: 'evhns-${uniqueString(resourceGroup().id)}'
  location: location
  tags: tags
  sku: {
    name: 'Standard'
    tier: 'Standard'
    capacity: 1
  }
  properties: {
    minimumTlsVersion: '1.2'
  }
}

resource topic 'Microsoft.EventHub/namespaces/eventhubs@2024-01-01' = {
  parent: namespace
  name: topicName
  properties: {
    partitionCount: partitionCount
    messageRetentionInDays: 7
  }
}

// For the functions and for KEDA. Whatever announces the uploads gets a rule of its own, with Send.
resource listen 'Microsoft.EventHub/namespaces/authorizationRules@2024-01-01' = {
  parent: namespace
  name: 'digitfunctions'
  properties: {
    rights: ['Listen']
  }
}

resource announce 'Microsoft.EventHub/namespaces/authorizationRules@2024-01-01' = {
  parent: namespace
  name: 'announce'
  properties: {
    rights: ['Send']
  }
}

output namespaceName string = namespace.name
output brokers string = '${namespace.name}.servicebus.windows.net:9093'
output topic string = topic.name
output partitions int = partitionCount
