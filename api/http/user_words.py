"""What the members of users of the console mean: a part of `glossary`."""

from collections.abc import Mapping

USER_WORDS: Mapping[str, str] = {
    "?user_id": "The number of a user.",
    "user_id": "The number of the user.",
    "email": "The e-mail address, with which the user signs in.",
    "locale": "The language in which pages are shown at first.",
    "UserBody.name": "How the user is called.",
    "UserBody.role": "What the user may do.",
    "RolesBody.roles": "All roles from now on.",
    "UserAnswer.name": "How the user is called; empty where somebody was asked to join.",
    "UserStateAnswer.name": "How the user is called; empty where somebody was asked to join.",
    "InvitedUserAnswer.name": "How the user is called; empty where somebody was asked to join.",
    "UserAnswer.roles": "What the user may do for the party.",
    "UserStateAnswer.roles": "What the user may do for the party.",
    "InvitedUserAnswer.roles": "What the user may do for the party.",
    "asked_role": "The role in which somebody who is a user already was asked to join; else null.",
    "UserAnswer.state": "Whether the user can sign in for the party.",
    "UserStateAnswer.state": "Whether the user can sign in for the party.",
    "InvitedUserAnswer.state": "Whether the user can sign in for the party.",
    "has_second_factor": "Whether a code is asked for besides the password.",
    "created_at": "Since when the user is known.",
    "disabled_at": "Since when the user is let in no more; null otherwise.",
    "UserStateAnswer.keys": "The API keys in force that the user made for the party.",
    "RemovedUserAnswer.keys": "The API keys in force that the user made for the party.",
    "link": "The one-time link to hand over; null in a replay.",
    "InvitedUserAnswer.expires_at": "Until when the link works.",
    "LinkAnswer.expires_at": "Until when the link works.",
}
