/// A route that changes something.
#[derive(Clone, Copy, Debug)]
pub(super) enum Route {
    AssignRole,
    ChangePassword,
    ChangeRole,
    CreateRole,
    DeleteAccount,
    DeleteRole,
    EndOtherSessions,
    EndSession,
    Login,
    Logout,
    Reauthenticate,
    Refresh,
    Register,
    RevokeRole,
    RevokeToken,
    UpdateProfile,
}

/// All of them, as an application lists its routes.
pub(super) const ROUTES: [(&str, Route); 16] = [
    ("POST /auth/login", Route::Login),
    ("POST /auth/logout", Route::Logout),
    ("DELETE /auth/me", Route::DeleteAccount),
    ("PATCH /auth/me", Route::UpdateProfile),
    ("POST /auth/password/change", Route::ChangePassword),
    ("POST /auth/reauthenticate", Route::Reauthenticate),
    ("POST /auth/refresh", Route::Refresh),
    ("POST /auth/register", Route::Register),
    ("POST /auth/roles", Route::CreateRole),
    ("DELETE /auth/roles/{name}", Route::DeleteRole),
    ("PUT /auth/roles/{name}/permissions", Route::ChangeRole),
    ("DELETE /auth/sessions", Route::EndOtherSessions),
    ("DELETE /auth/sessions/{id}", Route::EndSession),
    ("POST /auth/token/revoke", Route::RevokeToken),
    ("DELETE /auth/users/{id}/roles/{name}", Route::RevokeRole),
    ("PUT /auth/users/{id}/roles/{name}", Route::AssignRole),
];
