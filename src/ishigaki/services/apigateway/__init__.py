"""Amazon API Gateway: REST APIs, and HTTP and WebSocket APIs (version 2)."""
