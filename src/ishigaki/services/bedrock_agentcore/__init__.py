"""Amazon Bedrock AgentCore."""
