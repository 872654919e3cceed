"""Amazon Managed Streaming for Apache Kafka, and MSK Connect."""
