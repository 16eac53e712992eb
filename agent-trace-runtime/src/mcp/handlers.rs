//! What `rmcp` asks of a handler: each request is handed on, traced.
#![expect(deprecated, reason = "requests that are on their way out are handed on, too")]

use std::borrow::Cow;

use rmcp::model::{
    CallToolRequestParams, CallToolResponse, CancelTaskParams, CancelledNotificationParam,
    ClientResult, CompleteRequestParams, CompleteResult, CustomNotification, CustomRequest,
    CustomResult, DiscoverResult, GetPromptRequestParams, GetPromptResponse, GetSkillRequestParams,
    GetSkillResult, GetTaskParams, GetTaskResult, InitializeRequestParams, InitializeResult,
    ListPromptsResult, ListResourceTemplatesResult, ListResourcesResult, ListSkillsResult,
    ListToolsResult, NotificationMetaObject, PaginatedRequestParams, ProgressNotificationParam,
    ProtocolVersion, ReadResourceDirectoryRequestParams, ReadResourceDirectoryResult,
    ReadResourceRequestParams, ReadResourceResponse, ServerConfig, ServerNotification,
    ServerRequest, SetLevelRequestParams, SubscribeRequestParams, SubscriptionFilter, Tool,
    UnsubscribeRequestParams, UpdateTaskParams,
};
use rmcp::service::{
    NotificationContext, RequestContext, RoleClient, RoleServer, Service, ServiceRole,
    SubscriptionContext,
};
use rmcp::{ErrorData, ServerHandler};

use super::connection::Connection;
use super::message::Message;
use super::metrics::Measured;
use super::server::{Arrived, Traced, ambient};

/// A message as it has come in.
macro_rules! arrived {
    ($context:ident, $message:expr, $meta:expr, $session:expr) => {
        Arrived {
            message: $message,
            meta: $meta,
            ambient: ambient(&$context.extensions),
            connection: Connection::of_request(&$context.extensions),
            version: $context.peer.peer_info().and_then(|peer| agreed(&peer.protocol_version)),
            session: $session,
        }
    };
}

/// A version that both sides know. While they agree on one, the other side may name anything.
fn agreed(version: &ProtocolVersion) -> Option<String> {
    ProtocolVersion::KNOWN_VERSIONS.contains(version).then(|| version.to_string())
}

/// What came beside a notification. `rmcp` gives it to handlers among the extensions.
fn meta_of<R: ServiceRole>(context: &NotificationContext<R>) -> NotificationMetaObject {
    let told = context.extensions.get::<NotificationMetaObject>();
    told.unwrap_or(&context.meta).clone()
}

macro_rules! requests {
    ($($(#[$attribute:meta])* $method:ident($($request:ident: $parameters:ty)?) -> $result:ty
        { $name:literal $(, $field:ident: $about:expr)? $(; $is_error:expr)? })*) => {$(
        $(#[$attribute])*
        async fn $method(
            &self,
            $($request: $parameters,)?
            context: RequestContext<RoleServer>,
        ) -> Result<$result, ErrorData> {
            #[allow(unused_mut, unused_assignments)]
            let mut is_error: fn(&$result) -> bool = |_| false;
            $(is_error = $is_error;)?
            let message = Message {
                method: $name.to_owned(),
                id: Some(context.id.to_string()),
                $($field: Some($about),)?
                ..Message::default()
            };
            let meta = context.meta.clone();
            let arrived = arrived!(context, message, &meta, Measured::ServerSession);
            self.handle(arrived, self.service.$method($($request,)? context), is_error).await
        }
    )*};
}

macro_rules! notifications {
    ($($method:ident($($notification:ident: $parameters:ty)?) { $name:literal })*) => {$(
        async fn $method(
            &self,
            $($notification: $parameters,)?
            context: NotificationContext<RoleServer>,
        ) {
            let message = Message { method: $name.to_owned(), ..Message::default() };
            let meta = meta_of(&context);
            let arrived = arrived!(context, message, &meta, Measured::ServerSession);
            let handling = self.service.$method($($notification,)? context);
            let _ = self.handle(arrived, async { Ok(handling.await) }, |()| false).await;
        }
    )*};
}

impl<S: ServerHandler> ServerHandler for Traced<S> {
    requests! {
        ping() -> () { "ping" }
        initialize(request: InitializeRequestParams) -> InitializeResult { "initialize" }
        discover() -> DiscoverResult { "server/discover" }
        complete(request: CompleteRequestParams) -> CompleteResult { "completion/complete" }
        set_level(request: SetLevelRequestParams) -> () { "logging/setLevel" }
        get_prompt(request: GetPromptRequestParams) -> GetPromptResponse {
            "prompts/get", prompt: request.name.clone()
        }
        list_prompts(page: Option<PaginatedRequestParams>) -> ListPromptsResult { "prompts/list" }
        list_resources(page: Option<PaginatedRequestParams>) -> ListResourcesResult {
            "resources/list"
        }
        list_resource_templates(
            page: Option<PaginatedRequestParams>
        ) -> ListResourceTemplatesResult { "resources/templates/list" }
        read_resource(request: ReadResourceRequestParams) -> ReadResourceResponse {
            "resources/read", uri: request.uri.clone()
        }
        subscribe(request: SubscribeRequestParams) -> () {
            "resources/subscribe", uri: request.uri.clone()
        }
        unsubscribe(request: UnsubscribeRequestParams) -> () {
            "resources/unsubscribe", uri: request.uri.clone()
        }
        call_tool(request: CallToolRequestParams) -> CallToolResponse {
            "tools/call", tool: request.name.clone().into_owned();
            |response| matches!(response, CallToolResponse::Complete(result) if result.is_error == Some(true))
        }
        list_tools(page: Option<PaginatedRequestParams>) -> ListToolsResult { "tools/list" }
        get_task(request: GetTaskParams) -> GetTaskResult { "tasks/get" }
        update_task(request: UpdateTaskParams) -> () { "tasks/update" }
        cancel_task(request: CancelTaskParams) -> () { "tasks/cancel" }
        list_skills(page: Option<PaginatedRequestParams>) -> ListSkillsResult { "skills/list" }
        get_skill(request: GetSkillRequestParams) -> GetSkillResult { "skills/get" }
        read_resource_directory(
            request: ReadResourceDirectoryRequestParams
        ) -> ReadResourceDirectoryResult {
            "resources/directory/read", uri: request.uri.clone()
        }
        // What a client has made up is no name of a span.
        on_custom_request(request: CustomRequest) -> CustomResult { "_OTHER" }
    }

    notifications! {
        on_cancelled(notification: CancelledNotificationParam) { "notifications/cancelled" }
        on_progress(notification: ProgressNotificationParam) { "notifications/progress" }
        on_initialized() { "notifications/initialized" }
        on_roots_list_changed() { "notifications/roots/list_changed" }
        // What a client has made up is no name of a span.
        on_custom_notification(notification: CustomNotification) { "_OTHER" }
    }

    fn negotiate_initialize(
        &self,
        request: &InitializeRequestParams,
    ) -> Result<InitializeResult, ErrorData> {
        self.service.negotiate_initialize(request)
    }

    fn supported_protocol_versions(&self) -> Cow<'static, [ProtocolVersion]> {
        self.service.supported_protocol_versions()
    }

    fn accepted_subscription_filter(
        &self,
        requested: &SubscriptionFilter,
    ) -> Option<SubscriptionFilter> {
        self.service.accepted_subscription_filter(requested)
    }

    /// It lasts as long as the subscription, and is no request that somebody waits for.
    async fn listen(&self, context: SubscriptionContext) -> Result<(), ErrorData> {
        self.service.listen(context).await
    }

    fn get_tool(&self, name: &str) -> Option<Tool> {
        self.service.get_tool(name)
    }

    fn get_info(&self) -> ServerConfig {
        self.session.expect(Measured::ServerSession);
        self.service.get_info()
    }
}

impl<S: Service<RoleClient>> Service<RoleClient> for Traced<S> {
    async fn handle_request(
        &self,
        request: ServerRequest,
        context: RequestContext<RoleClient>,
    ) -> Result<ClientResult, ErrorData> {
        let message = Message { id: Some(context.id.to_string()), ..Message::from(&request) };
        let meta = context.meta.clone();
        let arrived = arrived!(context, message, &meta, Measured::ClientSession);
        let handling = self.service.handle_request(request, context);
        self.handle(arrived, handling, |_| false).await
    }

    async fn handle_notification(
        &self,
        notification: ServerNotification,
        context: NotificationContext<RoleClient>,
    ) -> Result<(), ErrorData> {
        let message = Message::from(&notification);
        let meta = meta_of(&context);
        let arrived = arrived!(context, message, &meta, Measured::ClientSession);
        let handling = self.service.handle_notification(notification, context);
        self.handle(arrived, handling, |()| false).await
    }

    fn get_info(&self) -> <RoleClient as ServiceRole>::Info {
        // It is asked when the session begins.
        self.session.expect(Measured::ClientSession);
        self.service.get_info()
    }

    fn supported_protocol_versions(&self) -> Cow<'static, [ProtocolVersion]> {
        self.service.supported_protocol_versions()
    }
}
